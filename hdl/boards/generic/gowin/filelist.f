// What a board described by its JSON file adds to hdl/filelist.f where its chip is of this family, relative to hdl/.
boards/generic/synfire_board.v
boards/generic/synfire_board_system.v
boards/generic/gowin/synfire_board_pll.v
